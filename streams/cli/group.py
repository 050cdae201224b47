"""A verb with verbs below it."""

import click

from processors.spelling import meant


class CommandGroup(click.Group):
    """Of a verb that there is not, the nearest is named."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but for the words."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            error.message = f"there is no verb “{args[0][:60]}”; {meant(args[0], self.list_commands(ctx))}"
            raise
