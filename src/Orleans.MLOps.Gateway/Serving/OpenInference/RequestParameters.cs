using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>
/// The parameters of requests: <c>priority</c> (0 for the default, otherwise lower is earlier), <c>timeout</c> in microseconds and our own
/// <c>affinity_key</c>. What would change the answer and is not had is refused; what is unknown is left alone, as the protocol says.
/// </summary>
internal static class RequestParameters
{
    /// <exception cref="InvalidInputException">A value of the wrong type, or something that this server does not do.</exception>
    public static InferRequest Apply(InferRequest request, IEnumerable<KeyValuePair<string, object?>> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            request = name switch
            {
                "priority" when Number(name, value) is var priority => priority == 0 ? request : request with { Priority = (int)Math.Clamp(priority, -1, 256) },
                "timeout" when Number(name, value) is var microseconds => microseconds == 0 ? request : request with { Timeout = TimeSpan.FromMicroseconds(Math.Clamp(microseconds, -1, int.MaxValue * 1000L)) },
                "affinity_key" => request with
                {
                    AffinityKey = value as string ?? throw new InvalidInputException("Parameter 'affinity_key' is no text.", "affinity_key"),
                },
                "sequence_id" or "sequence_start" or "sequence_end" when value is not (null or false or 0L or "") =>
                    throw new InvalidInputException($"Parameter '{name}' is given; this server's models keep no state between requests.", name),
                _ => request,
            };
        }

        return request;
    }

    /// <exception cref="InvalidInputException">Tensors in shared memory, which this server does not read.</exception>
    public static void RefuseShared(IEnumerable<string> names)
    {
        if (names.FirstOrDefault(name => name.StartsWith("shared_memory", StringComparison.Ordinal)) is { } shared)
        {
            throw new InvalidInputException($"Parameter '{shared}' is given; this server reads no shared memory.", shared);
        }
    }

    private static long Number(string name, object? value) => value is long number
        ? number
        : throw new InvalidInputException($"Parameter '{name}' is no whole number.", name);
}
