using System.Buffers;
using System.Buffers.Binary;
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

        var bytes = ArrayPool<byte>.Shared.Rent(LengthOf(request, name));
        try
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(bytes.AsSpan(0, Write(request, name, bytes)), digest);
            return new Guid(digest[..16]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static int LengthOf(PredictRequest request, string name)
    {
        var length = LengthOf(name) + (sizeof(long) * request.EventTimes.Length) + (request.AffinityKey is { } key ? LengthOf(key) : 0);
        foreach (var column in request.Columns)
        {
            length += LengthOf(column.Name) + (sizeof(double) * (column.Numbers?.Length ?? 0));
            foreach (var text in column.Texts ?? [])
            {
                length += LengthOf(text);
            }
        }

        return length;
    }

    private static int LengthOf(string? text) => sizeof(int) + (sizeof(char) * (text?.Length ?? 0));

    private static int Write(PredictRequest request, string name, Span<byte> bytes)
    {
        var rest = WriteText(bytes, name);
        foreach (var column in request.Columns)
        {
            rest = WriteText(rest, column.Name);
            var numbers = MemoryMarshal.AsBytes(column.Numbers.AsSpan());
            numbers.CopyTo(rest);
            rest = rest[numbers.Length..];
            foreach (var text in column.Texts ?? [])
            {
                rest = WriteText(rest, text);
            }
        }

        foreach (var at in request.EventTimes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, at.UtcTicks);
            rest = rest[sizeof(long)..];
        }

        if (request.AffinityKey is { } key)
        {
            // Without a key the bytes are those that logs of before it have.
            rest = WriteText(rest, key);
        }

        return bytes.Length - rest.Length;
    }

    private static Span<byte> WriteText(Span<byte> bytes, string? text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, text?.Length ?? -1);
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(bytes[sizeof(int)..]);
        return bytes[LengthOf(text)..];
    }
}
