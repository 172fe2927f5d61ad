using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.CommandLine;

/// <summary>
/// Reads a node's options: the command line wins over <c>MLOPS_X</c>, that over <c>Mlops__X</c>, that over the appsettings.json
/// beside the program. The folder a person stands in has no say but for relative data paths.
/// </summary>
internal static class NodeSettings
{
    /// <summary>Stands for a database that <c>demo --cluster</c> makes itself.</summary>
    public const string NoPostgres = "none";

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
            Listen = Address(given, configuration, NodeSetting.Listen) ?? defaults.Listen,
            ApiKeys = ApiKeySettings.Read(configuration),
            Tls = Tls(given, configuration),
            Cluster = Cluster(given, configuration),
            OrleansGatewayPort = Port(given, configuration, NodeSetting.Gateway),
            Models = Text(given, configuration, NodeSetting.Models)?.Value,
            Echo = Flag(given, configuration, NodeSetting.Echo),
            TorchScript = Flag(given, configuration, NodeSetting.TorchScript),
            TraceCollector = Collector(given, configuration),
            Metrics = !Flag(given, configuration, NodeSetting.NoMetrics),
            ResetEnabled = Flag(given, configuration, NodeSetting.ResetEnabled),
            Verbose = Flag(given, configuration, NodeSetting.Verbose),
            Configuration = configuration,
        };
        if (options.ResetEnabled && !IPAddress.IsLoopback(options.Listen))
        {
            throw new UsageException($"{NodeSetting.ResetEnabled.Option} is for development on this machine alone, but {NodeSetting.Listen.Option} is {options.Listen}: leave one of them out.");
        }

        if (options.HttpPort != 0 && options.HttpPort == options.GrpcPort)
        {
            throw new UsageException($"Port {options.HttpPort} is given for both --http and --grpc; they speak different protocols and need a port each.");
        }

        return options;
    }

    /// <summary>Reads what <c>demo --cluster</c> takes of a node's options: its silos are of 127.0.0.1, on free ports, with all roles.</summary>
    /// <exception cref="UsageException">An option that it does not take, a missing or a wrong value.</exception>
    public static NodeOptions ReadDemoCluster(IReadOnlyList<string> arguments)
    {
        if (Parse(arguments).Keys.FirstOrDefault(setting => setting != NodeSetting.Data && setting != NodeSetting.Verbose) is { } other)
        {
            throw new UsageException($"{other.Option} is given, but demo --cluster chooses that itself: of a node's options it takes {NodeSetting.Data.Option} and {NodeSetting.Verbose.Option}.");
        }

        var machine = FromMachine();
        var options = Read([.. arguments, NodeSetting.Mode.Option!, "cluster", NodeSetting.Blobs.Option!, "blobs"], new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create(NodeSetting.Postgres.Key, (string?)NoPostgres)])
            .AddConfiguration(machine)
            .Build());
        return options.ApiKeys.Count == 0
            ? options
            : throw new UsageException("API keys are configured, but the silos of demo --cluster ask for none: take them out of the configuration for the demo.");
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
        var found = given.TryGetValue(setting, out var argument) ? (setting.Option!, argument)
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

    // The parser also takes 127.1 or 0x7f000001, which hardly anybody means.
    private static IPAddress? Address(Dictionary<NodeSetting, string> given, IConfiguration configuration, NodeSetting setting) =>
        Text(given, configuration, setting) is not { } found ? null
        : IPAddress.TryParse(found.Value, out var address) && !found.Value.StartsWith('[') && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == found.Value)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
        : throw new UsageException($"{found.Source} is '{found.Value}'; it must be an IP address, such as 127.0.0.1, or 0.0.0.0 for all of the machine.");

    private static Uri? Collector(Dictionary<NodeSetting, string> given, IConfiguration configuration) =>
        Text(given, configuration, NodeSetting.Otlp) is not { } found ? null
        : Uri.TryCreate(found.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 ? address
        : throw new UsageException($"{found.Source} is '{found.Value}'; it must be an address such as http://127.0.0.1:4317, without a user.");

    private static TlsOptions? Tls(Dictionary<NodeSetting, string> given, IConfiguration configuration)
    {
        var certificate = Text(given, configuration, NodeSetting.TlsCertificate);
        var key = Text(given, configuration, NodeSetting.TlsKey);
        var password = Text(given, configuration, NodeSetting.TlsPassword);
        return certificate is { } found ? new() { Certificate = found.Value, Key = key?.Value, Password = password?.Value }
            : (key ?? password) is { } lonely ? throw new UsageException($"{lonely.Source} is given without a certificate; give {NodeSetting.TlsCertificate.Option} too, or leave it out.")
            : null;
    }

    private static NodeClusterOptions? Cluster(Dictionary<NodeSetting, string> given, IConfiguration configuration)
    {
        var mode = Text(given, configuration, NodeSetting.Mode);
        if (mode is null or { Value: "embedded" })
        {
            return NodeSetting.ClusterOnly.Select(setting => Text(given, configuration, setting)).FirstOrDefault(found => found is not null) is { } lonely
                ? throw new UsageException($"{lonely.Source} is given, but the mode is embedded; give {NodeSetting.Mode.Option} cluster too, or leave it out.")
                : null;
        }

        if (mode.Value.Value != "cluster")
        {
            throw new UsageException($"{mode.Value.Source} is '{mode.Value.Value}'; it must be embedded or cluster.");
        }

        return new NodeClusterOptions
        {
            Postgres = Text(given, configuration, NodeSetting.Postgres)?.Value
                ?? throw new UsageException($"A cluster needs its database: set {NodeSetting.Postgres.Environment} (or {NodeSetting.Postgres.Key}) to a connection string such as Host=db;Database=mlops;Username=mlops."),
            Blobs = Text(given, configuration, NodeSetting.Blobs)?.Value
                ?? throw new UsageException($"A cluster needs a folder of blobs that all nodes share: name it with {NodeSetting.Blobs.Option} DIR ({NodeSetting.Blobs.Environment})."),
            Name = Text(given, configuration, NodeSetting.ClusterName)?.Value ?? "mlops",
            Address = Address(given, configuration, NodeSetting.SiloAddress) ?? IPAddress.Loopback,
            SiloPort = Port(given, configuration, NodeSetting.SiloPort) ?? 11111,
            ExchangePort = Port(given, configuration, NodeSetting.ExchangePort) ?? 0,
            Role = Text(given, configuration, NodeSetting.Role)?.Value ?? "all",
            Accelerator = Text(given, configuration, NodeSetting.Accelerator)?.Value ?? "cpu",
            DeathAfter = Seconds(given, configuration, NodeSetting.DeathAfter) ?? TimeSpan.FromSeconds(15),
        };
    }

    private static TimeSpan? Seconds(Dictionary<NodeSetting, string> given, IConfiguration configuration, NodeSetting setting) =>
        Text(given, configuration, setting) is not { } found ? null
        : int.TryParse(found.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 3 and <= 600 ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException($"{found.Source} is '{found.Value}'; it must be a number of seconds from 3 to 600.");

    private static bool Flag(Dictionary<NodeSetting, string> given, IConfiguration configuration, NodeSetting setting) =>
        Text(given, configuration, setting) is { } found
        && (bool.TryParse(found.Value, out var value) ? value : throw new UsageException($"{found.Source} is '{found.Value}'; it must be true or false."));
}
