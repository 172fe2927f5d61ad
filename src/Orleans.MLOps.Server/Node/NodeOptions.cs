using System.Net;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Node;

/// <summary>How one node runs: alone and embedded, or in a cluster. An embedded node's silo listens on 127.0.0.1 only.</summary>
public sealed record NodeOptions
{
    /// <summary>The folder that keeps everything; created when missing, locked while the node runs. Default: mlops-data below the current folder.</summary>
    public string DataFolder { get; init; } = "mlops-data";

    /// <summary>The port of the HTTP/1.1 doors (dashboard, metrics, health). Default: 8080; 0 takes a free one.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>The port of gRPC over HTTP/2. Default: 8081; 0 takes a free one.</summary>
    public int GrpcPort { get; init; } = 8081;

    /// <summary>The port for Orleans clients; 0 takes a free one. Default: null, no such port is opened.</summary>
    public int? OrleansGatewayPort { get; init; }

    /// <summary>The address that both ports listen on. Default: 127.0.0.1; one that is not loopback needs <see cref="ApiKeys"/>.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>The keys of which every door but health asks for one. Default: none, nothing is asked.</summary>
    public IReadOnlyList<ApiKey> ApiKeys { get; init; } = [];

    /// <summary>The certificate with which both ports speak TLS. Default: null, they speak plain text.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>The cluster that the node belongs to; the data folder then holds only its scratch files. Default: null, it is embedded.</summary>
    public NodeClusterOptions? Cluster { get; init; }

    /// <summary>Offers <c>POST /api/dev/reset</c>, which empties experiments and registry; refused beyond loopback. Default: false.</summary>
    public bool ResetEnabled { get; init; }

    /// <summary>A folder of models, <c>NAME/VERSION/model.onnx</c>, whose models are registered and served as they come. Default: null, none.</summary>
    public string? Models { get; init; }

    /// <summary>Serves the built-in model <c>echo</c>, which gives back what it is given. Default: false.</summary>
    public bool Echo { get; init; }

    /// <summary>Opens TorchScript files, which are programs; only where everyone who may register models is trusted. Default: false.</summary>
    public bool TorchScript { get; init; }

    /// <summary>The OpenTelemetry collector that gets spans from the doors to the engines, over OTLP/gRPC. Default: null, none are made.</summary>
    public Uri? TraceCollector { get; init; }

    /// <summary>Counts and times what happens, for Prometheus under <c>/metrics</c>. Default: true.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Log information too, not only warnings. Default: false. Logs go to stderr.</summary>
    public bool Verbose { get; init; }

    /// <summary>More settings: sections <c>Logging</c> and <c>Orleans</c> are used. Default: null, nothing but these options counts, not even the environment.</summary>
    public IConfiguration? Configuration { get; init; }
}
