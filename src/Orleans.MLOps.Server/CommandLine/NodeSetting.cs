namespace Orleans.MLOps.Server.CommandLine;

/// <summary>One setting of a node and the names it has: on the command line, in the environment, in appsettings (or <c>Mlops__X</c>).</summary>
internal sealed record NodeSetting(string? Option, string Environment, string Key, string? Argument, string Help)
{
    public static readonly NodeSetting Data = new("--data", "MLOPS_DATA", "Mlops:Data", "DIR", "keep everything in DIR (default ./mlops-data)");
    public static readonly NodeSetting Http = new("--http", "MLOPS_HTTP", "Mlops:Http", "PORT", "HTTP port (default 8080, 0 takes a free one)");
    public static readonly NodeSetting Grpc = new("--grpc", "MLOPS_GRPC", "Mlops:Grpc", "PORT", "gRPC port (default 8081, 0 takes a free one)");
    public static readonly NodeSetting Listen = new("--listen", "MLOPS_LISTEN", "Mlops:Listen", "ADDRESS", "listen on this IP address (default 127.0.0.1; beyond loopback API keys are needed)");
    public static readonly NodeSetting TlsCertificate = new("--tls-certificate", "MLOPS_TLS_CERTIFICATE", "Mlops:Tls:Certificate", "FILE", "speak TLS with this PEM or PFX certificate (default: none)");
    public static readonly NodeSetting TlsKey = new("--tls-key", "MLOPS_TLS_KEY", "Mlops:Tls:Key", "FILE", "the certificate's PEM key, unless it stands in the same file");
    public static readonly NodeSetting Gateway = new("--orleans-gateway", "MLOPS_ORLEANS_GATEWAY", "Mlops:OrleansGateway", "PORT", "let Orleans clients in on this loopback port (default: none)");
    public static readonly NodeSetting Verbose = new("--verbose", "MLOPS_VERBOSE", "Mlops:Verbose", null, "log what happens, not only warnings");

    /// <summary>Has no option: other users of a machine can read command lines.</summary>
    public static readonly NodeSetting TlsPassword = new(null, "MLOPS_TLS_PASSWORD", "Mlops:Tls:Password", "TEXT", "password of the PFX file or of the PEM key");

    /// <summary>Those that the command line takes.</summary>
    public static readonly NodeSetting[] All = [Data, Http, Grpc, Listen, TlsCertificate, TlsKey, Gateway, Verbose];
}
