"""Rows that count their own changes, so that nobody overwrites what they have not seen."""

import pgtrigger

# In the database, so that bulk updates and raw SQL count as well.
COUNT_CHANGES = pgtrigger.Trigger(
    name="count_changes",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="NEW.version = OLD.version + 1; RETURN NEW;",
)
