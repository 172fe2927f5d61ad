using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary>What <c>--help</c> prints.</summary>
internal static class Usage
{
    /// <summary>Prints it if that is asked for.</summary>
    public static bool IsAsked(string[] arguments)
    {
        var asked = arguments.Contains("--help");
        if (asked)
        {
            Write(Console.Out);
        }

        return asked;
    }

    private static void Write(TextWriter output)
    {
        output.WriteLine($"Orleans.MLOps {NodeVersion.Text}: a node of the platform, complete by itself or in a cluster.");
        output.WriteLine();
        output.WriteLine("usage: Orleans.MLOps.Server [options]          run a node until Ctrl-C or SIGTERM");
        output.WriteLine("       Orleans.MLOps.Server demo [options]     the whole loop on real flights; see below");
        output.WriteLine("       Orleans.MLOps.Server health [--http PORT]   ask a running node whether it is ready; exit code 0 or 1");
        output.WriteLine($"       Orleans.MLOps.Server deploy FILE [--to URL] bring an endpoint to what a YAML file says; a key comes from {DeployCommand.KeyVariable}");
        output.WriteLine("       Orleans.MLOps.Server key NAME [--operator | --endpoint ENDPOINT...]  make an API key; its hash goes into the configuration");
        output.WriteLine("       Orleans.MLOps.Server migrate [options]  create or upgrade the database of a cluster, then end");
        output.WriteLine();
        foreach (var setting in NodeSetting.All)
        {
            output.WriteLine($"  {setting.Option + " " + setting.Argument,-24} {setting.Help} [{setting.Environment}]");
        }

        foreach (var secret in (NodeSetting[])[NodeSetting.TlsPassword, NodeSetting.Postgres])
        {
            output.WriteLine($"  {"(no option)",-24} {secret.Help} [{secret.Environment}]");
        }

        output.WriteLine($"  {"--help",-24} print this");
        output.WriteLine();
        output.WriteLine("demo takes these options too, and");
        output.WriteLine($"  {"--keep-running",-24} leave the node up after the table");
        output.WriteLine($"  {"--cluster",-24} on three silos over PostgreSQL: that of MLOPS_POSTGRES, else one of its own; takes --data and --verbose only");
        output.WriteLine($"  {"--seed NUMBER",-24} seed of weights, order and bootstrap (default 1)");
        output.WriteLine($"  {"--until YYYY-MM-DD",-24} end the replay before this day (default 2001-07-01)");
        output.WriteLine();
        output.WriteLine("A name in brackets sets the same from the environment; appsettings.json beside the program sets it in its section Mlops.");
        output.WriteLine("exit codes: 0 stopped as asked, 1 could not start or failed, 2 wrong options");
    }
}
