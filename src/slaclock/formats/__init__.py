"""What is read and written, whatever it is about: models, files of rules, tables of text, frames."""
