"""What would have been: past tickets under another policy, and the targets under which a share would have been kept."""
