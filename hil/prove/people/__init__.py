"""What people see: proofs of issue 6."""
