"""The account page: found by name, kept in the address, every part equal to the marts, one page for all."""

from __future__ import annotations

from pathlib import Path

from tests.reports.browser import PATIENCE, Site, Visit
from tests.reports.words import money

LARGEST = """
    select a.account_id, a.account_name, a.arr, a.csm from marts.dim_account as a
    where a.is_customer order by a.arr desc, a.account_name limit 1
"""


def wait_for(visit: Visit, name: str) -> None:
    visit.page.wait_for_selector(f'.kpis[data-slice="{name}"][aria-busy=false]', timeout=PATIENCE)
    visit.page.wait_for_function("() => !document.querySelector('main [aria-busy=true]')", timeout=PATIENCE)


def test_without_a_choice_the_page_is_a_directory(sample_site: Site) -> None:
    count = sample_site.value("select count(*) from marts.dim_account")
    with sample_site.visit("/account/") as visit:
        rows = visit.grid("Accounts, the largest first")
        assert len(rows) == count
        assert rows[0][0] == sample_site.rows(LARGEST)[0][1]
        assert visit.page.locator(".kpis").count() == 0
        assert not [url for url in visit.requests if ".parquet" in url]
        visit.assert_clean()


def test_an_account_is_found_by_keyboard_and_kept_in_the_address(sample_site: Site) -> None:
    account, name, arr, csm = sample_site.rows(LARGEST)[0]
    with sample_site.visit("/account/") as visit:
        visit.page.fill("[data-picker=account]", name)
        visit.page.keyboard.press("ArrowDown")
        visit.page.keyboard.press("Enter")
        wait_for(visit, name)
        assert f"account={account}" in visit.page.url
        assert money(arr) in visit.card("arr")
        assert csm in visit.page.inner_text("dl.facts")
        address = visit.page.url
        visit.page.goto(address)
        wait_for(visit, name)
        assert money(arr) in visit.card("arr")
        visit.assert_clean()


def test_every_part_is_this_account_s_alone(sample_site: Site) -> None:
    account, name, _, _ = sample_site.rows(LARGEST)[0]
    with sample_site.visit(f"/account/?account={account}") as visit:
        wait_for(visit, name)
        one = {
            "Warnings, open ones first": "marts.fct_warning",
            "Milestones": "marts.fct_milestone",
            "Who has to do with it": "marts.dim_account_role",
            "Renewals": "marts.fct_renewal",
            "Delivered rows": "audit.account_source",
        }
        for title, table in one.items():
            count = sample_site.value(f"select count(*) from {table} where account_id = ?", account)
            shown = len(visit.grid(title)) if count else 0
            assert shown == count, title
        more = visit.page.locator("[data-timeline] button")
        if more.count():
            more.click()
        events = sample_site.value("select count(*) from marts.fct_account_event where account_id = ?", account)
        assert visit.page.locator("[data-timeline] li").count() == events
        signals = sample_site.rows(
            "select label, contribution from marts.fct_health_contribution where account_id = ? "
            "and month_end = (select last_closed_month_end from metrics.build)",
            account,
        )
        shown_signals = {row[0]: row[4] for row in visit.grid("What the score is made of")}
        assert shown_signals == {label: "–" if v is None else f"{float(v):.1f}" for label, v in signals}
        visit.assert_clean()


def test_a_list_leads_to_the_account(sample_site: Site) -> None:
    with sample_site.visit("/health/") as visit:
        link = visit.page.locator("[data-grid^='Open warnings'] tbody a").first
        name = link.inner_text()
        link.click()
        visit.page.wait_for_url("**/account/?account=*")
        wait_for(visit, name)
        assert visit.page.inner_text("h2[data-account]") == name
        visit.assert_clean()


def test_contacts_are_known_by_their_role_alone(sample_site: Site) -> None:
    account = sample_site.value(
        "select account_id from marts.dim_account_role "
        "where side = 'customer' group by 1 order by count(*) desc, 1 limit 1"
    )
    name = sample_site.value("select account_name from marts.dim_account where account_id = ?", account)
    with sample_site.visit(f"/account/?account={account}") as visit:
        wait_for(visit, name)
        customers = [row for row in visit.grid("Who has to do with it") if row[0] == "Customer's"]
        assert customers
        assert {row[2] for row in customers} == {"by role only"}
        assert "@" not in visit.page.inner_text("main")


def test_an_unknown_account_leaves_the_directory(sample_site: Site) -> None:
    with sample_site.visit("/account/?account=no-such-account") as visit:
        assert visit.page.locator("[data-grid^='Accounts, the largest']").count() == 1
        visit.page.fill("[data-picker=account]", "no account has this name")
        assert "No account has" in visit.page.inner_text("[role=listbox]")
        visit.assert_clean()


def test_accounts_cost_no_page_each(sample_site: Site) -> None:
    site = Path(sample_site.warehouse).parent / "site"
    assert len(list((site / "account").glob("**/*.html"))) == 1
    assert len(list(site.glob("data/**/account*.parquet"))) <= 12


def test_a_part_says_nothing_of_emptiness_before_the_answer_is_there(sample_site: Site) -> None:
    account = sample_site.value("select account_id from marts.fct_arr_snapshot where arr > 0 order by 1 limit 1")
    with sample_site.visit("/account/") as visit:
        # A request that is neither answered nor refused: the browser waits for the account's rows for ever.
        visit.page.route("**/*.parquet*", lambda route: None)
        visit.page.goto(f"{visit.base}/account/?account={account}", wait_until="domcontentloaded")
        for part in ("[data-timeline]", ".kpis"):
            visit.page.wait_for_selector(f"{part}[aria-busy=true]", timeout=PATIENCE)
        assert "Nothing is recorded of this account." not in visit.text()
        assert "No subscription of its own is in service." not in visit.text()
