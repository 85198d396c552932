"""What a published page promises, read out of its tables and sentences, and laid beside a policy and itself."""
