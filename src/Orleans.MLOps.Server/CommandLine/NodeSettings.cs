using System.Globalization;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary>
/// Reads a node's options: the command line wins over <c>MLOPS_X</c>, that over <c>Mlops__X</c>, that over the appsettings.json
/// beside the program. The folder a person stands in has no say but for relative data paths.
/// </summary>
internal static class NodeSettings
{
    /// <exception cref="UsageException">An unknown option, a missing or a wrong value.</exception>
    public static NodeOptions Read(IReadOnlyList<string> arguments) => Read(arguments, FromMachine());

    public static NodeOptions Read(IReadOnlyList<string> arguments, IConfiguration configuration)
    {
        var given = Parse(arguments);
        var defaults = new NodeOptions();
        var options = defaults with
        {
            DataFolder = Text(given, configuration, NodeSetting.Data)?.Value ?? defaults.DataFolder,
            HttpPort = Port(given, configuration, NodeSetting.Http) ?? defaults.HttpPort,
            GrpcPort = Port(given, configuration, NodeSetting.Grpc) ?? defaults.GrpcPort,
            OrleansGatewayPort = Port(given, configuration, NodeSetting.Gateway),
            Verbose = Flag(given, configuration, NodeSetting.Verbose),
            Configuration = configuration,
        };
        if (options.HttpPort != 0 && options.HttpPort == options.GrpcPort)
        {
            throw new UsageException($"Port {options.HttpPort} is given for both --http and --grpc; they speak different protocols and need a port each.");
        }

        return options;
    }

    private static IConfigurationRoot FromMachine()
    {
        try
        {
            return new ConfigurationBuilder()
                .SetBasePath(AppContext.BaseDirectory)
                .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException error)
        {
            throw new UsageException($"{Path.Combine(AppContext.BaseDirectory, "appsettings.json")} is not valid JSON: {error.InnerException?.Message ?? error.Message}");
        }
    }

    private static Dictionary<NodeSetting, string> Parse(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<NodeSetting, string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] && left.StartsWith("--", StringComparison.Ordinal) ? (left, right) : (arguments[i], null);
            var setting = Array.Find(NodeSetting.All, candidate => candidate.Option == name)
                ?? throw new UsageException(name is "demo" or "health"
                    ? $"'{name}' says what to do and comes first: Orleans.MLOps.Server {name} [options]."
                    : $"Unknown option '{name}'; known are {string.Join(", ", NodeSetting.All.Select(known => known.Option))} and --help.");
            if (setting.Argument is null && value is not null)
            {
                throw new UsageException($"{name} takes no value; '{value}' was given.");
            }

            if (setting.Argument is not null && value is null)
            {
                value = ++i < arguments.Count ? arguments[i] : throw new UsageException($"{name} needs a value: {name} {setting.Argument}.");
            }

            if (!given.TryAdd(setting, value ?? "true"))
            {
                throw new UsageException($"{name} is given twice; give it once.");
            }
        }

        return given;
    }

    private static (string Source, string Value)? Text(Dictionary<NodeSetting, string> given, IConfiguration configuration, NodeSetting setting)
    {
        var found = given.TryGetValue(setting, out var argument) ? (setting.Option, argument)
            : configuration[setting.Environment] is { } environment ? (setting.Environment, environment)
            : configuration[setting.Key] is { } configured ? (setting.Key, configured)
            : default((string Source, string Value)?);
        return found is { } pair && string.IsNullOrWhiteSpace(pair.Value)
            ? throw new UsageException($"{pair.Source} is empty; give a value or leave it out.")
            : found;
    }

    private static int? Port(Dictionary<NodeSetting, string> given, IConfiguration configuration, NodeSetting setting) =>
        Text(given, configuration, setting) is not { } found ? null
        : int.TryParse(found.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue ? port
        : throw new UsageException($"{found.Source} is '{found.Value}'; it must be a port from 0 to 65535, where 0 takes a free one.");

    private static bool Flag(Dictionary<NodeSetting, string> given, IConfiguration configuration, NodeSetting setting) =>
        Text(given, configuration, setting) is { } found
        && (bool.TryParse(found.Value, out var value) ? value : throw new UsageException($"{found.Source} is '{found.Value}'; it must be true or false."));
}
