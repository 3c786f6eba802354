"""The codes of our sentences: stable from version to version, each explained in docs/errors.md.

The first digit tells what it is about: 1 what was given, 2 AWS, 3 the embedded AWS, 4 controls and
descriptions, 5 this machine, 7 what a run warns of, 9 stackproof itself. A code is never given to
another sentence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A kind of sentence: its code, what has happened, and what to do."""

    meaning: str
    remedy: str

    def __new__(cls, code: str, meaning: str, remedy: str) -> Self:
        """Make a code with its explanation."""
        made = str.__new__(cls, code)
        made._value_ = code
        made.meaning, made.remedy = meaning, remedy
        return made

    def on(self, *sentences: str) -> list[str]:
        """Give sentences with the code, as reports show them."""
        return [f"{sentence} [{self}]" for sentence in sentences]

    USAGE = (
        "SP1001",
        "The command line is not understood: an option, an argument or a combination.",
        "`stackproof COMMAND --help` shows what there is, with examples. The exit code is 2.",
    )
    OTHER = (
        "SP1002",
        "Something could not be done, for the reason that the sentence gives.",
        "Do what the sentence says.",
    )
    NO_OUTPUTS = (
        "SP1101",
        "No outputs file is named, and none lies where it usually does.",
        "Write one (`pulumi stack output --json > flat-outputs.json`), name it, or give --stack.",
    )
    OUTPUTS_UNREADABLE = (
        "SP1102",
        "The outputs file is there and cannot be read.",
        "Look at the file's owner and permissions.",
    )
    OUTPUTS_NOT_JSON = (
        "SP1103",
        "The outputs file is not JSON.",
        "Write it again with `pulumi stack output --json`; the sentence says where it breaks off.",
    )
    OUTPUTS_EMPTY = (
        "SP1104",
        "The outputs file holds something else than names and values, or nothing.",
        "It must be one JSON object. A stack without outputs can be verified by its state.",
    )
    OUTPUT_ODD = (
        "SP1105",
        "An output that stackproof reads itself (region, account_id, settings) has an odd value.",
        "Export what the sentence asks for.",
    )
    OUTPUT_MISSING = (
        "SP1106",
        "A scenario or report asks for an output that the stack does not have.",
        "Export it from the stack.",
    )
    NO_REGION = (
        "SP1107",
        "Neither outputs nor state say in which AWS region the stack is.",
        "Export `region` from the stack, or give the stack's state.",
    )
    REGION_LEFT_OUT = (
        "SP1108",
        "--region leaves out a region in which outputs or state say that the stack has something.",
        "Give --region for each of the stack's regions, or not at all.",
    )
    STATE_UNREADABLE = (
        "SP1201",
        "The state file cannot be read as text and JSON.",
        "Write it again with `pulumi stack export`.",
    )
    STATE_FORM = (
        "SP1202",
        "The state file is JSON and has another form than an exported state.",
        "Write it with `pulumi stack export`; the file of a backend is not the same.",
    )
    STATE_REGION = (
        "SP1203",
        "The state says of a resource that it is in a region that AWS does not have.",
        "Look at the resource and its provider in the state.",
    )
    SETTINGS = (
        "SP1301",
        "stackproof.yaml, or [tool.stackproof] in pyproject.toml, is no good.",
        "Each line says where and what would be right; `stackproof config --schema` has the form.",
    )
    PARAMETER = (
        "SP1302",
        "A control is given a parameter that it doesn't have, or a value of another kind.",
        "`stackproof controls ID` shows the parameters and their defaults.",
    )
    PACK_CONFIGURATION = (
        "SP1303",
        "The configuration of the policy pack is no good.",
        "The sentence names the policy, the parameter and what is right.",
    )
    WAIVERS = (
        "SP1401",
        "The file of waivers is no good.",
        "Each line says which waiver, and what would be right.",
    )
    PULUMI_CLI = (
        "SP1501",
        "The Pulumi CLI is not there, or does not answer.",
        "Run the command in the sentence by hand, or give --outputs and --state.",
    )
    RECORD = (
        "SP1601",
        "A file is no record of a run, one of a version that is not read, or one that was changed "
        "since it was written.",
        "`stackproof verify --format json` writes one, as docs/schemas/record-1.json says; "
        "`stackproof history verify` names what was changed in a history.",
    )
    HISTORY = (
        "SP1602",
        "The history of records cannot be read or written, or what is asked for is not in it.",
        "Look at the folder or bucket and its rights; `stackproof history list` lists the records.",
    )
    NO_EXTRA = (
        "SP1603",
        "A library that only some commands need is not installed.",
        "Install the extra that the sentence names.",
    )
    SIGNATURE = (
        "SP1604",
        "A record can't be signed, or its signature can't be checked, with the key that was given.",
        "Give a PEM file with an Ed25519 key, or the ARN or alias of a KMS key for signatures.",
    )
    NOTIFY = (
        "SP1605",
        "Somebody whom the settings name could not be told what a night found.",
        "The record is kept all the same. Look at the address, the variable that holds it, and who "
        "may send there.",
    )
    FLEET = (
        "SP1606",
        "A fleet file is no good, or there is nothing to run its tasks on.",
        "Each line says where and what would be right; docs/schemas/fleet-1.json is the form.",
    )
    GITHUB = (
        "SP1607",
        "GitHub did not take an issue, or could not be asked.",
        "Look at the token's permissions (`issues: write`) and the repository's name.",
    )
    AWS = (
        "SP2001",
        "AWS could not be asked at all, so nothing was verified.",
        "Look at endpoint, credentials and region; -vv shows each call.",
    )
    CREDENTIALS = (
        "SP2002",
        "There are no AWS credentials, they have expired, or they were refused.",
        "Do what the sentence says, or choose another AWS_PROFILE.",
    )
    ENDPOINT = (
        "SP2003",
        "The endpoint is not the URL of a server, or settings of AWS clients cannot be used.",
        "Set AWS_ENDPOINT_URL to a URL such as http://127.0.0.1:5000, or unset it.",
    )
    NO_ANSWER = (
        "SP2004",
        "The endpoint does not say who the caller is, which is the first question.",
        "Look whether it runs, and whether this machine may connect to it.",
    )
    OTHER_ACCOUNT = (
        "SP2005",
        "The credentials are for another account than that of the stack.",
        "Choose the profile of the stack's account.",
    )
    NOT_READING = (
        "SP2006",
        "An operation that no reader declares was refused before it was sent.",
        "Verification only reads; a drill may change something, and says so.",
    )
    SPOILT = (
        "SP2007",
        "An answer of AWS is not one that the operation gives.",
        "Ask again; a proxy on the way may have changed it. -vv shows the call.",
    )
    UNRESOLVED = (
        "SP2008",
        "A fact that a judgement needs could not be seen.",
        "The sentence says which and why; grant the action, or wait where AWS throttles.",
    )
    EMBEDDED = (
        "SP3001",
        "The embedded AWS can't do what was asked.",
        "The sentence says what it lacks, or what was wrong with the program.",
    )
    NOT_RUNNING = (
        "SP3002",
        "No embedded AWS is running.",
        "`stackproof embedded start`, or `stackproof embedded run --` before the command.",
    )
    EXTRA = (
        "SP3003",
        "Something is needed that comes with an extra of the package.",
        "Install what the sentence names.",
    )
    PROGRAM = (
        "SP3004",
        "The Pulumi program failed while it ran on the embedded AWS.",
        "The sentence has the program's own error.",
    )
    CONTROL = (
        "SP4001",
        "A control is not fit to be believed: metadata or cases are not complete.",
        "The sentence names the control and what it lacks.",
    )
    DESCRIPTION = (
        "SP4002",
        "A type's description doesn't fit to what Pulumi and AWS say of it.",
        "The sentence names type and property.",
    )
    TABLE = (
        "SP4003",
        "A table in the package does not know what it was asked for.",
        "It is generated: run the generator again, or report it.",
    )
    UNEXPLAINED = (
        "SP4004",
        "There is nothing of that name to explain, or several things.",
        "Give an id, ARN, URN or name of a resource, a fingerprint, a control with a resource, or "
        "one of these codes.",
    )
    OWN = (
        "SP4005",
        "A control, scenario or resource type of one's own does not load.",
        "The sentence names file, line and reason; nothing is judged until it is mended.",
    )
    BROKEN = (
        "SP4006",
        "A control failed while it judged a resource, of which it says nothing therefore.",
        "The sentence names the control's line, and at preview a file with the traceback. Mend the "
        "control, or report it if it is one of ours.",
    )
    UNWRITABLE = (
        "SP5001",
        "A report or file cannot be written; what was there before is as it was.",
        "Look at the folder, its permissions and the space on the disk.",
    )
    MACHINE = (
        "SP5002",
        "The machine refuses something: no space, no permission, no memory, no thread.",
        "The sentence says what; nothing was verified.",
    )
    NO_PROJECT = (
        "SP5003",
        "The folder is in no Pulumi project.",
        "Go to the project's folder, or make one with `pulumi new`.",
    )
    FILE_EXISTS = (
        "SP5004",
        "A file that would be written is there and says something else; nothing was written.",
        "Move it away and run the command again.",
    )
    LEFT_OUT = (
        "SP7001",
        "The settings leave out controls or resources, tolerate failures in an environment, or "
        "choose resources that are not there.",
        "`stackproof config` lists what holds; a selector that is about nothing can go.",
    )
    WAIVER_IDLE = (
        "SP7002",
        "No failure needs a waiver, or nothing says whether it is for this stack.",
        "Remove the waiver, mend its patterns, give the state, or export the stack's name as the "
        "output `stack`.",
    )
    STATE_OPEN = (
        "SP7003",
        "The state tells of operations that were not finished, or of resources to be deleted.",
        "Run `pulumi refresh` or `pulumi up`, and verify again: nothing of that was judged.",
    )
    READ_AGAIN = (
        "SP7004",
        "The stack was read several times until it held, or until the time of --settle was up.",
        "Nothing, where everything holds now; give --settle more time where it doesn't.",
    )
    REGION_GUESSED = (
        "SP7005",
        "Nothing names a region: what is regional was looked for in one only.",
        "Give --region (for tags and accounts also --all-regions), the state, or export `region`.",
    )
    ACCOUNT_GUESSED = (
        "SP7006",
        "The outputs are of other accounts than the credentials: mere names were judged there.",
        "Choose the profile of the stack's account.",
    )
    NO_OWN_TAGS = (
        "SP7007",
        "No tags tell the stack's resources from others': nothing was looked for by its tags.",
        "Name the tags in `own_tags` of stackproof.yaml, or give the stack's state.",
    )
    NOTHING_TAGGED = (
        "SP7008",
        "Nothing carries the tags that were given.",
        "Look at the spelling of key and value, and at region and account.",
    )
    READ_IN_PART = (
        "SP7009",
        "Of some kinds of resources only a part is read in a whole account.",
        "Verify the stack that has the rest by its own outputs or state.",
    )
    UNUSED_NETWORKS = (
        "SP7010",
        "Default networks that AWS made and nothing uses were not judged.",
        "Delete them where nobody is to use them; as soon as somebody does, they are judged.",
    )
    WITHOUT_INTENT = (
        "SP7011",
        "A whole account was judged: nothing says what should be there, and as what.",
        "Verify each stack by --stack, --state or --outputs as well.",
    )
    NO_SCENARIOS = (
        "SP7012",
        "No scenarios were tried: the stack has no outputs, or a fleet file names it by tags.",
        "Export an output from the stack; in a fleet file, name its outputs and its state.",
    )
    OTHER_TYPES = (
        "SP7013",
        "Of types that stackproof does not read, a whole account was searched by tags only.",
        "Tag what is there, or describe its type (docs/own-controls.md).",
    )
    HIDDEN_OUTPUTS = (
        "SP7014",
        "Outputs are secret, so that nobody knows what they name: it was not looked for.",
        "Give the stack's state, which names all that it has; no secret of it is shown.",
    )
    OTHER_ACCOUNTS = (
        "SP7015",
        "Outputs name things of other accounts than the one that was asked: nobody looked at them.",
        "Where they are the stack's, verify it by a profile or a role of that account as well.",
    )
    DEFECT = (
        "SP9001",
        "stackproof itself failed. This says nothing about the stack. The exit code is 4.",
        "Send the file that the sentence names with a report; it holds no secrets that we know of.",
    )
    SIGNAL = (
        "SP9002",
        "The run was interrupted (exit code 130), terminated (143) or hung up (129).",
        "Run it again: nothing half-written was left.",
    )
