"""Names and words of the simulated world. None of them means a real person or company."""

from __future__ import annotations

VENDOR_NAME = "Brightloop"
VENDOR_DOMAIN = "brightloop.example"

POD_NAMES = ("Aurora", "Borealis", "Corona", "Delta", "Equinox", "Fjord", "Glacier", "Harbour")

INDUSTRIES = ("Financial Services", "Healthcare", "Manufacturing", "Retail", "Software", "Transportation", "Education")
INDUSTRY_WEIGHTS = (0.18, 0.14, 0.17, 0.16, 0.2, 0.1, 0.05)
COMPANY_WORDS = {
    "Financial Services": ("Capital", "Mutual", "Payments", "Credit"),
    "Healthcare": ("Clinics", "Diagnostics", "Health", "Therapeutics"),
    "Manufacturing": ("Foundry", "Works", "Precision", "Industrial"),
    "Retail": ("Outfitters", "Grocers", "Home", "Markets"),
    "Software": ("Systems", "Labs", "Analytics", "Software"),
    "Transportation": ("Freight", "Logistics", "Lines", "Couriers"),
    "Education": ("Academy", "Learning", "Institute", "Press"),
}
LEGAL_FORMS = {"USD": ("Inc", "LLC", "Co", "Group"), "EUR": ("GmbH", "SAS", "BV", "AG")}

REGIONS = ("North America", "EMEA", "APAC", "LATAM")
REGION_WEIGHTS = (0.56, 0.28, 0.1, 0.06)
COUNTRIES = {
    "North America": ("United States", "United States", "United States", "Canada"),
    "EMEA": ("Germany", "France", "Netherlands", "United Kingdom", "Spain"),
    "APAC": ("Australia", "Singapore", "Japan"),
    "LATAM": ("Brazil", "Mexico", "Chile"),
}

CORE = "Engage Core"
UPGRADE = "Engage Plus"
ADD_ONS = ("Automate", "Connect", "Insights")
FEATURES = {
    CORE: ("inbox", "contacts", "routing"),
    UPGRADE: ("inbox", "contacts", "routing", "playbooks"),
    "Automate": ("workflows", "triggers"),
    "Connect": ("crm_sync", "api"),
    "Insights": ("dashboards", "scheduled_reports"),
}
EVENT_OF_FEATURE = {
    "inbox": "Conversation Closed",
    "contacts": "Record Imported",
    "routing": "Lead Routed",
    "playbooks": "Playbook Completed",
    "workflows": "Workflow Run",
    "triggers": "Trigger Fired",
    "crm_sync": "Sync Completed",
    "api": "API Key Used",
    "dashboards": "Dashboard Shared",
    "scheduled_reports": "Report Viewed",
}

#: Features without which a customer does not get what it bought.
CORE_FEATURES = ("inbox", "routing", "workflows", "crm_sync", "dashboards")

CONFIGURATIONS = ("standard", "standard_with_integration", "custom_workflow", "migration")

TASK_MILESTONES = ("Users provisioned", "Data imported", "Integration connected", "Training done")

IMPLEMENTATION_ACTIVITIES = (
    "Kickoff and Planning",
    "Configuration",
    "Data Migration",
    "Integration",
    "Training",
    "Go-Live Support",
    "Post-Launch Troubleshooting",
)
REWORK_ACTIVITIES = ("Post-Launch Troubleshooting",)
SUCCESS_ACTIVITIES = (
    "Adoption Coaching",
    "Business Review",
    "Executive Relationship",
    "Expansion Planning",
    "Renewal Preparation",
)
SUPPORT_ACTIVITIES = ("Ticket Handling", "Incident Follow-up")
INTERNAL_ACTIVITIES = ("Team Meeting", "Enablement")
UNMAPPED_ACTIVITY = "Miscellaneous"

LOSS_REASONS = ("voluntary", "involuntary", "product", "price", "champion left", "merged", "out of business")
LOSS_REASON_WEIGHTS = (0.2, 0.06, 0.22, 0.2, 0.16, 0.08, 0.08)
NEW_LOSS_REASONS = ("no decision", "competitor", "price", "timing")

ACCENTED_NAME = ("Anaïs", "Gärtner")

CONTACT_TITLES = {
    "sponsor": ("VP Operations", "Chief Customer Officer", "Chief Financial Officer", "VP Sales"),
    "champion": ("Head of Operations", "Revenue Operations Manager", "Customer Service Lead"),
    "technical": ("Systems Administrator", "IT Manager", "Integration Engineer"),
    "detractor": ("Procurement Manager", "Regional Director"),
    "user": ("Analyst", "Coordinator", "Team Lead", "Specialist"),
}

HOLD_REASONS = {
    "customer": ("budget freeze", "key user on leave", "data not ready", "reorganisation"),
    "vendor": ("waiting for a fix", "specialist not available"),
    "third_party": ("integration partner delayed", "identity provider migration"),
}

MEETING_KINDS = ("Kickoff", "Weekly Sync", "Training", "30-Day Check-In", "Executive Review", "QBR", "Renewal Call")

TICKET_SUBJECTS = (
    "Cannot sign in after password reset",
    "Report shows no rows",
    "Import stops at 80 percent",
    "Sync is two hours late",
    "How do I add a team",
    "Workflow ran twice",
    "Export has wrong time zone",
    "Permission denied on dashboard",
)
PRIORITIES = ("low", "normal", "high", "urgent")
PRIORITY_WEIGHTS = (0.25, 0.5, 0.19, 0.06)

UNKNOWN_CLIENT_MARK = "(pilot)"
UNKNOWN_CLIENTS = ("Quarrystone Trial", "Larkfield Pilot", "Ninth Harbour")

COMMENTS = {
    "good": ("Saves us hours every week.", "The team knows our business.", "Set-up was quick.", ""),
    "middling": ("Does the job.", "Reporting could be better.", "Still learning it.", ""),
    "poor": ("Set-up took far too long.", "Too many open issues.", "We do not see the value yet.", ""),
}

HANDOFF_FIELDS = {
    "sales_to_onboarding": (
        "Goals",
        "Success_Criteria",
        "Stakeholder_Sponsor",
        "Stakeholder_Champion",
        "Stakeholder_Technical",
        "Stakeholder_Detractors",
        "Technical_Requirements",
        "Timeline_Expectations",
        "Promises_And_Commitments",
        "Competitive_Context",
    ),
    "implementation_to_success": (
        "Configuration_Choices",
        "Stakeholders_And_Priorities",
        "Success_Criteria",
        "Risks",
        "Expansion_Opportunities",
        "Value_Milestones_Reached",
        "Value_Milestones_Open",
    ),
    "onboarding_to_steady_state": (
        "Configuration_Choices",
        "Stakeholders_And_Priorities",
        "Success_Criteria",
        "Risks",
        "Expansion_Opportunities",
        "Value_Milestones_Reached",
        "Value_Milestones_Open",
        "Engagement_Levels",
        "Outstanding_Issues",
        "Playbook_Deviations",
    ),
}

HANDOFF_TEXT = {
    "Goals": (
        "Cut first response time to under two hours by the second quarter",
        "Replace three spreadsheets with one shared pipeline before year-end",
        "Give regional leads a weekly view of open work without manual reports",
    ),
    "Success_Criteria": (
        "Eight of ten licensed users active every week; weekly report read by leadership",
        "All inbound leads routed within five minutes; fewer than two manual corrections a day",
    ),
    "Technical_Requirements": (
        "Single sign-on, nightly import from the data warehouse, two sandboxes",
        "CRM sync both ways; audit log export for the compliance team",
    ),
    "Timeline_Expectations": (
        "Live before the start of next quarter; training in the week before",
        "Pilot team in three weeks, remaining teams a month later",
    ),
    "Promises_And_Commitments": (
        "Two extra training sessions free of charge; named contact for the first quarter",
        "Custom field limit raised; price held for the first renewal",
    ),
    "Competitive_Context": (
        "Incumbent tool ends in spring; evaluated two others, chose on routing and reporting",
        "Built in-house before; engineering wants to stop maintaining it",
    ),
    "Configuration_Choices": (
        "Routing by territory because teams are regional; no custom objects",
        "Two workspaces, one per business unit, shared contact list",
    ),
    "Stakeholders_And_Priorities": (
        "Sponsor wants fewer tools; champion wants weekly reporting; technical lead wants single sign-on",
        "Operations lead decides on scope; finance watches seat count",
    ),
    "Risks": (
        "Champion may change role in spring; integration depends on a partner",
        "Low use in one department; budget review in the fourth quarter",
    ),
    "Expansion_Opportunities": (
        "Second department asked for access; reporting add-on of interest to finance",
        "Automation of the intake form; forty more seats if the pilot holds",
    ),
    "Value_Milestones_Reached": (
        "First value reached and confirmed by the champion in the weekly sync",
        "Team runs its weekly workflow without help since go-live",
    ),
    "Value_Milestones_Open": (
        "Leadership report still prepared by hand; planned for next month",
        "Second department not yet live; users invited but not trained",
    ),
    "Engagement_Levels": (
        "Weekly active users at seventy percent of seats; sponsor attends monthly",
        "Champion and two power users daily; others weekly",
    ),
    "Outstanding_Issues": (
        "One sync delay under investigation; no urgent ticket open",
        "Time zone of exports; workaround in place",
    ),
    "Playbook_Deviations": (
        "Training moved after go-live at the customer's request",
        "Skipped the sandbox phase; data imported twice",
    ),
}
SHORT_TEXT = ("tbd", "see deck", "ask rep", "n/a")

PRODUCT_AREAS = ("Reporting", "Routing", "Imports and Exports", "Permissions", "Mobile", "Integrations")

FEEDBACK = (
    "Scheduled reports should reach people without a licence",
    "Routing rules are hard to test before they go live",
    "Imports should say which rows they refused",
    "Approvers need a view of their own",
    "The mobile view hides the filters",
)

OUTCOMES = (
    "First response under two hours in every region",
    "Eight of ten licensed users active every week",
    "Weekly report replaces the manual one",
    "Second business unit live",
    "Half of all requests routed without a person",
)
