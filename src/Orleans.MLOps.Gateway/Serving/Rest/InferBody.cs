using System.Text.Json;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>The body of an inference request of the Open Inference Protocol, and which outputs it wants as binary data.</summary>
/// <param name="Request">The request.</param>
/// <param name="BinaryByDefault">Outputs go as binary data unless asked for otherwise.</param>
/// <param name="Binary">For each named output whether it goes as binary data.</param>
internal readonly record struct InferBody(InferRequest Request, bool BinaryByDefault, Dictionary<string, bool>? Binary)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    public bool IsBinary(string output) => Binary is null ? BinaryByDefault : Binary.GetValueOrDefault(output, BinaryByDefault);

    /// <summary>Reads a body whose first bytes are JSON and whose rest is binary data.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version, variant or label.</param>
    /// <param name="body">The whole body.</param>
    /// <param name="jsonLength">Bytes of its JSON.</param>
    /// <exception cref="InvalidInputException">It is no such request.</exception>
    public static InferBody Read(string model, string? version, ReadOnlyMemory<byte> body, int jsonLength)
    {
        var reader = new Utf8JsonReader(NonFinite.Quote(body[..jsonLength]).Span, Options);
        try
        {
            return new InferBodyReader(body[jsonLength..]).Read(ref reader, model, version);
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"The body is not valid JSON: {error.Message}", "body", error);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidInputException($"The body has a value of the wrong type: {error.Message}", "body", error);
        }
    }
}
