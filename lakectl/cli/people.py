"""lakectl user and service: who may log in."""

import click

from lakectl import people
from lakectl.cli import output
from lakectl.config import Settings


@click.group()
def user() -> None:
    """Make and list lake users, each a login role of PostgreSQL."""


@user.command("add")
@click.argument("name")
@click.pass_obj
def add_user(settings: Settings, name: str) -> None:
    """Make the lake user NAME and its password.

    \b
    Example:
      lakectl user add ada
    """
    login = people.add_user(settings, name)
    click.echo(f"{name} is {login.role}; the password is in {login.password_file}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_users(settings: Settings, as_json: bool) -> None:
    """List the lake's users."""
    output.listing(
        people.list_users(settings), as_json=as_json, nothing="No users yet: `lakectl user add NAME`."
    )


@click.group()
def service() -> None:
    """Make and list logins for internal services.

    A service acts for one of its users at a time, by SET LOCAL ROLE.
    """


@service.command("add")
@click.argument("name")
@click.option("--user", "users", multiple=True, required=True, metavar="USER", help="A user it may act for.")
@click.pass_obj
def add_service(settings: Settings, name: str, users: tuple[str, ...]) -> None:
    """Make the service NAME, or let it act for more users.

    \b
    Example:
      lakectl service add dashboard --user ada --user bob

    \b
    The service then logs in as service_dashboard and runs, for ada:
      BEGIN; SET LOCAL ROLE user_1; SELECT …; COMMIT;
    """
    login = people.add_service(settings, name, list(users))
    click.echo(f"{name} logs in as {login.role}; the password is in {login.password_file}")


@service.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_services(settings: Settings, as_json: bool) -> None:
    """List the services and the users each may act for."""
    output.listing(
        people.list_services(settings),
        as_json=as_json,
        nothing="No services yet: `lakectl service add NAME --user USER`.",
    )
