"""What each vendor's export shows of the company: one module per vendor, field names as the vendor documents them."""
