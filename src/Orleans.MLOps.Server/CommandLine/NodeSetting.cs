namespace Orleans.MLOps.Server.CommandLine;

/// <summary>One setting of a node and the three names it has: on the command line, in the environment, in appsettings (or <c>Mlops__X</c>).</summary>
internal sealed record NodeSetting(string Option, string Environment, string Key, string? Argument, string Help)
{
    public static readonly NodeSetting Data = new("--data", "MLOPS_DATA", "Mlops:Data", "DIR", "keep everything in DIR (default ./mlops-data)");
    public static readonly NodeSetting Http = new("--http", "MLOPS_HTTP", "Mlops:Http", "PORT", "HTTP port on loopback (default 8080, 0 takes a free one)");
    public static readonly NodeSetting Grpc = new("--grpc", "MLOPS_GRPC", "Mlops:Grpc", "PORT", "gRPC port on loopback (default 8081, 0 takes a free one)");
    public static readonly NodeSetting Gateway = new("--orleans-gateway", "MLOPS_ORLEANS_GATEWAY", "Mlops:OrleansGateway", "PORT", "let Orleans clients in on this loopback port (default: none)");
    public static readonly NodeSetting Verbose = new("--verbose", "MLOPS_VERBOSE", "Mlops:Verbose", null, "log what happens, not only warnings");

    public static readonly NodeSetting[] All = [Data, Http, Grpc, Gateway, Verbose];
}
