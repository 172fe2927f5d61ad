using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Which rows of a batch a named request asked for.</summary>
/// <param name="Id">Stands for the request and its name.</param>
/// <param name="FirstRow">Its first row in the batch.</param>
/// <param name="Rows">How many.</param>
[GenerateSerializer, Immutable, Alias("mlops.serving.prediction-operation")]
internal readonly record struct PredictionOperation(
    [property: Id(0)] Guid Id, [property: Id(1)] int FirstRow, [property: Id(2)] int Rows)
{
    /// <summary>What one takes in the prediction log.</summary>
    public const int Bytes = 16 + sizeof(int) + sizeof(int);

    private const int LongestName = 128;

    /// <summary>
    /// Stands for a request's name and what was asked under it: another request under the same name is another operation. The empty id for no
    /// name. Different operations have different ids, but for a chance of one in 2^128.
    /// </summary>
    /// <exception cref="InvalidInputException">The name is empty or too long.</exception>
    public static Guid IdOf(PredictRequest request)
    {
        if (request.OperationId is not { } name)
        {
            return Guid.Empty;
        }

        if (name.Length is 0 or > LongestName)
        {
            throw new InvalidInputException($"operation_id has {name.Length} characters; 1 to {LongestName} are allowed.", "operation_id");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendText(hash, name);
        foreach (var column in request.Columns)
        {
            AppendText(hash, column.Name);
            hash.AppendData(MemoryMarshal.AsBytes(column.Numbers.AsSpan()));
            foreach (var text in column.Texts ?? [])
            {
                AppendText(hash, text);
            }
        }

        foreach (var at in request.EventTimes)
        {
            AppendNumber(hash, at.UtcTicks);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new Guid(digest[..16]);
    }

    private static void AppendText(IncrementalHash hash, string? text)
    {
        AppendNumber(hash, text?.Length ?? -1);
        hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static void AppendNumber(IncrementalHash hash, long number) => hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in number)));
}
