using Grpc.Core;
using Grpc.Core.Interceptors;
using GrpcMetadata = Grpc.Core.Metadata;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>Puts the API key on every call, and sees that it does not travel in plain text.</summary>
internal static class ApiKeyCredentials
{
    /// <exception cref="InvalidInputException">The key cannot be sent, or not to this address. The message does not hold it.</exception>
    public static void Check(GrpcClientOptions options, Uri address)
    {
        const string place = $"{nameof(GrpcClientOptions)}.{nameof(GrpcClientOptions.ApiKey)}";
        if (options.ApiKey is not { } key)
        {
            return;
        }

        if (key.Length == 0 || !key.All(letter => letter is > ' ' and <= '~'))
        {
            throw new InvalidInputException($"{place} is {(key.Length == 0 ? "empty" : "text with spaces or beyond ASCII")}: printable ASCII is allowed; give the key as it was printed.", nameof(GrpcClientOptions.ApiKey));
        }

        if (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback && !options.AllowApiKeyWithoutTls)
        {
            throw new InvalidInputException(
                $"{place} would go to {address.GetLeftPart(UriPartial.Authority)} in plain text: https or a loopback address is allowed; use https, or set {nameof(GrpcClientOptions.AllowApiKeyWithoutTls)} where the network is private.",
                nameof(GrpcClientOptions.ApiKey));
        }
    }

    /// <summary>Calls with the key of the options, if they have one.</summary>
    public static CallInvoker Attach(CallInvoker invoker, GrpcClientOptions options) =>
        options.ApiKey is { } key ? invoker.Intercept(headers => WithKey(headers, key)) : invoker;

    // A repeated call may bring the headers of the first one along, so they are copied, not changed.
    private static GrpcMetadata WithKey(GrpcMetadata headers, string key)
    {
        var all = new GrpcMetadata();
        foreach (var header in headers)
        {
            all.Add(header);
        }

        all.Add("authorization", $"Bearer {key}");
        return all;
    }
}
