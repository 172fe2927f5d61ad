using Microsoft.Extensions.Logging.Console;

namespace Orleans.MLOps.Server.Node;

/// <summary>Logs go to stderr, a line each, so that stdout keeps what the program says to a person.</summary>
internal static class NodeLogging
{
    public static void Add(ILoggingBuilder logging, IConfiguration configuration, bool verbose)
    {
        logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);
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
