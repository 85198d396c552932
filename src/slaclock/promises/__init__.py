"""What a promise in service time comes to in the customer's: the waits over every opening of a year."""
