"""What a document declares, defines and assumes, and the claims that it makes of it."""
