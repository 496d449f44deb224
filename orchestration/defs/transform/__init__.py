"""dbt: staging, intermediate and marts, with their tests as asset checks."""
