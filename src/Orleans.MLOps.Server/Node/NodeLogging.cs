using Microsoft.Extensions.Logging.Console;

namespace Orleans.MLOps.Server.Node;

/// <summary>Logs go to stderr, a line each, so that stdout keeps what the program says to a person.</summary>
internal static class NodeLogging
{
    // The silo recommends server GC, which one process beside serving and training does not want. The watchdog's first round
    // measures from the machine's boot, and later rounds repeat what busy trainers are known to do.
    private static readonly string[] Chatty = ["Orleans.Runtime.Silo", "Orleans.Runtime.Watchdog"];

    // These log a failed start, with stack traces, that is thrown as well; whoever starts the node reports or mends it.
    private static readonly string[] Starting = ["Orleans.Runtime.Silo", "Orleans.Runtime.SiloLifecycleSubject", "Microsoft.Extensions.Hosting.Internal.Host"];

    public static void Add(ILoggingBuilder logging, IConfiguration configuration, bool verbose, Func<bool> started)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);
        if (!verbose)
        {
            foreach (var category in Chatty.Union(Starting))
            {
                var least = Chatty.Contains(category) ? LogLevel.Error : LogLevel.Warning;
                var waits = Starting.Contains(category);
                logging.AddFilter(category, level => level >= least && (!waits || started()));
            }
        }

        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
