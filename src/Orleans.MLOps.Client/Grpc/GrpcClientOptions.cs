using Grpc.Net.Client;
using Polly;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>How the SDK reaches a gateway.</summary>
public sealed partial record GrpcClientOptions
{
    private const int SmallestMessage = 64 * 1024;
    private const int LargestMessage = 256 * 1024 * 1024;
    private const int MostRetries = 20;

    /// <summary>The gateway, such as <c>http://127.0.0.1:8081</c>; http means HTTP/2 without TLS.</summary>
    public required Uri Address { get; init; }

    /// <summary>How long one attempt of a call may take; streams are not bounded. Default: 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for the calls that read whole datasets: splits and feature views. Default: 10 minutes.</summary>
    public TimeSpan LongTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often an idempotent call is repeated while the platform is unavailable, 0 to 20. Default: 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The pause before the first repeat; it doubles and carries jitter. Default: 100 milliseconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes of the largest message in either direction, 64 KB to 256 MB; the gateway has its own bound. Default: 4 MB.</summary>
    public int MaxMessageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Adds strategies inside the retry, such as a circuit breaker; they see typed exceptions. Default: none.</summary>
    public Action<ResiliencePipelineBuilder>? ConfigureResilience { get; init; }

    /// <summary>Changes the channel, such as its credentials or handler. Default: none.</summary>
    public Action<GrpcChannelOptions>? ConfigureChannel { get; init; }

    internal void Check()
    {
        if (Address is null || !Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https"))
        {
            throw Wrong(nameof(Address), Address, "an absolute http or https address is allowed");
        }

        ApiKeyCredentials.Check(this, Address);
        CheckPositive(nameof(Timeout), Timeout);
        CheckPositive(nameof(LongTimeout), LongTimeout);
        CheckPositive(nameof(RetryDelay), RetryDelay);
        if (Retries is < 0 or > MostRetries)
        {
            throw Wrong(nameof(Retries), Retries, $"0 to {MostRetries} are allowed");
        }

        if (MaxMessageBytes is < SmallestMessage or > LargestMessage)
        {
            throw Wrong(nameof(MaxMessageBytes), MaxMessageBytes, $"{SmallestMessage} to {LargestMessage} are allowed");
        }
    }

    private static void CheckPositive(string option, TimeSpan value)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
        {
            throw Wrong(option, value, "more than 0 and at most 1 day are allowed");
        }
    }

    private static InvalidInputException Wrong(string option, object? value, string rule) =>
        new($"{nameof(GrpcClientOptions)}.{option} is '{value}': {rule}.", option);
}
