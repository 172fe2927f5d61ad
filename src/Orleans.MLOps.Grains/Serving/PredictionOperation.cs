using System.Security.Cryptography;
using System.Text;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Which rows of a batch a named request asked for.</summary>
/// <param name="Id">Stands for the request's name.</param>
/// <param name="FirstRow">Its first row in the batch.</param>
/// <param name="Rows">How many.</param>
[GenerateSerializer, Immutable, Alias("mlops.serving.prediction-operation")]
internal readonly record struct PredictionOperation(
    [property: Id(0)] Guid Id, [property: Id(1)] int FirstRow, [property: Id(2)] int Rows)
{
    /// <summary>What one takes in the prediction log.</summary>
    public const int Bytes = 16 + sizeof(int) + sizeof(int);

    private const int LongestName = 128;

    /// <summary>The id of a request's name; the empty one for none. Different names have different ids, but for a chance of one in 2^128.</summary>
    /// <exception cref="InvalidInputException">The name is empty or too long.</exception>
    public static Guid IdOf(string? name) =>
        name is null ? Guid.Empty
        : name.Length is > 0 and <= LongestName ? new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))
        : throw new InvalidInputException($"operation_id has {name.Length} characters; 1 to {LongestName} are allowed.", "operation_id");
}
