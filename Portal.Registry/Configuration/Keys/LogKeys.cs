using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class LogKeys
{
    private static readonly string[] Levels = ["error", "warn", "info", "debug"];

    public static ConfigurationKey Log => Section("log", "What is logged, and how.",
        Choice("level", "The least severe kind of line that is still written.", Levels, "info").Live(),
        Choice("formatter", "How a line is written: as key=value pairs, as a JSON object, or as JSON with Logstash's names.",
            ["text", "json", "logstash"], "text"),
        Map("fields", "Names and values that are added to each line, to tell registries apart."),
        Section("accesslog", "One line for each request, to standard output, in Apache's combined format.",
            Flag("disabled", "Writes no line for a request.")).Live(),
        Flag("reportcaller", "Names on each line the method that it comes from, as func."),
        Sections("hooks", "Sends lines of some levels elsewhere.",
            Choice("type", "Where to: mail is the only way there is.", ["mail"]),
            Flag("disabled", "Keeps the entry in the file and does nothing with it.").OffWhen("true"),
            List("levels", KeyType.Text, "Which lines: panic, fatal, error, warn, info, debug."),
            Section("options", "How the mail is sent.",
                Section("smtp", "The mail server.",
                    Address("addr", "The server, as host:port."),
                    Text("username", "The name to sign in with."),
                    Text("password", "The password to sign in with.").Secret(),
                    Flag("insecure", "Takes any certificate of the server.")),
                Text("from", "The sender's address."),
                List("to", KeyType.Text, "The addresses that receive it."))));

    public static ConfigurationKey LogLevel =>
        Choice("loglevel", "The older name of log.level, which counts only where that one is absent.", Levels).Live().OldNameOf("log.level");
}
