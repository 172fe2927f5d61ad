using Microsoft.Extensions.Logging.Console;

namespace Orleans.MLOps.Server.Node;

/// <summary>Logs go to stderr, a line each, so that stdout keeps what the program says to a person.</summary>
internal static class NodeLogging
{
    // The silo recommends server GC, which one process beside serving and training does not want. The watchdog's first round
    // measures from the machine's boot, and later rounds repeat what busy trainers are known to do.
    private static readonly string[] Noisy = ["Orleans.Runtime.Silo", "Orleans.Runtime.Watchdog"];

    public static void Add(ILoggingBuilder logging, IConfiguration configuration, bool verbose)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);
        if (!verbose)
        {
            foreach (var category in Noisy)
            {
                logging.AddFilter(category, LogLevel.Error);
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
