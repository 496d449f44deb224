"""Whether books whose CSM no longer implements do better: operating models compared by resampling whole books.

Reads marts, after dbt; the result is exported as the table `metrics.operating_model_comparison`. `outcomes` says what
is compared, `history` reads it, `compare` makes the arms and judges, `resample` draws the books.
"""
