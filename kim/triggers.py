"""Triggers that no setting of a session can switch off."""

from typing import Any

import pgtrigger
from pgtrigger import compiler


class FirmSql(compiler.UpsertTriggerSql):
    """Writes a trigger as pgtrigger does, but without the question that ``pgtrigger.ignore`` answers."""

    def get_template(self) -> str:
        """Return the statements; migrations that were written once rest on them, so they stay as they are."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE {constraint} TRIGGER {pgid}
                {when} {operation} ON {table}
                {timing}
                {referencing}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Firm(pgtrigger.Trigger):
    """A trigger for what must hold whoever asks; only the owner of the table can take it away."""

    def compile(self, model: Any) -> Any:
        """Return what the migration writes."""
        found = super().compile(model)
        return compiler.Trigger(name=found.name, sql=FirmSql(**found.sql.kwargs))
