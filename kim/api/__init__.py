"""What all REST views share: access, pages, filters, one shape of errors."""
