"""What people see and touch. The only part that knows Qt."""
