using System.Text;

namespace Orleans.MLOps.Client.Grpc;

/// <content>The key, and what keeps it secret.</content>
public sealed partial record GrpcClientOptions
{
    /// <summary>The API key that every call carries. Default: null, none. Never part of <see cref="ToString"/>.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether the key may go over http to another machine, where whoever sees the traffic can read it. Default: false, that is refused.</summary>
    public bool AllowApiKeyWithoutTls { get; init; }

    /// <summary>The address alone: options travel into logs.</summary>
    public override string ToString() => new StringBuilder(nameof(GrpcClientOptions)).Append(" { Address = ").Append(Address).Append(" }").ToString();
}
