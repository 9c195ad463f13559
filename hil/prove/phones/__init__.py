"""What is proven about SMS, calls and the people who are told."""
