"""Clients, contacts, deals, staff and what is known of them; knows no process."""
