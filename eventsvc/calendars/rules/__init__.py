"""What goes into which calendar (`feeds`), the programme as a file (`schedules`)."""
