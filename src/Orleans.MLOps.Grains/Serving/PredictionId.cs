using System.Buffers;
using System.Buffers.Binary;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Says where a prediction is logged, so that a label finds it without an index: event hour (24 bits since 2000),
/// recorder (32), batch sequence (48), row (24); 32 lower-case hex digits as text.
/// </summary>
internal readonly record struct PredictionId(int Hour, uint Recorder, long Sequence, int Row)
{
    public const int MaximumRows = 1 << 24;

    private const int Bytes = 16;
    private const long MicrosecondsAnHour = 3_600_000_000;
    private static readonly long Origin = (new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static PredictionId Create(long eventTimeMicroseconds, uint recorder, long sequence, int row) =>
        new((int)Math.Clamp((eventTimeMicroseconds - Origin) / MicrosecondsAnHour, 0, 0xFFFFFF), recorder, sequence, row);

    public static bool TryParse(string? text, out PredictionId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text is not { Length: 2 * Bytes } || Convert.FromHexString(text, bytes, out _, out _) != OperationStatus.Done)
        {
            return false;
        }

        var head = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var tail = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        id = new((int)(head >> 40), (uint)(head >> 8), (long)(((head & 0xFF) << 40) | (tail >> 24)), (int)(tail & 0xFFFFFF));
        return true;
    }

    /// <exception cref="InvalidInputException">The text is not a prediction id.</exception>
    public static PredictionId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new InvalidInputException($"Prediction id '{text}' is not one that a prediction gave.", "prediction_ids");

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)Hour << 40) | ((ulong)Recorder << 8) | (((ulong)Sequence >> 40) & 0xFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], ((ulong)Sequence << 24) | (uint)Row);
        return Convert.ToHexStringLower(bytes);
    }
}
