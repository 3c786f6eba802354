"""The pages of the documentation that are made from the code, and the site made of all pages."""
