using Orleans.Runtime.Messaging;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>Gives what Orleans throws around a grain call the platform's types.</summary>
internal static class GrainErrors
{
    /// <summary>The platform's error for one of Orleans' own; null when the call itself threw, or nobody expected it.</summary>
    public static MLOpsException? ToPlatform(Exception error) => error switch
    {
        SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException or GatewayTooBusyException => Away(error),

        // A grain that could not read its state never came up; Orleans wraps why.
        OrleansException { InnerException: { } inner } => Find(inner),
        _ => null,
    };

    public static UnavailableException Away(Exception error) => new($"The part of the platform that was asked is away: {error.Message}", inner: error);

    private static MLOpsException? Find(Exception error) => error as MLOpsException ?? (error.InnerException is { } inner ? Find(inner) : null);
}
