using System.Buffers.Binary;
using System.Text;

namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>What a host says first: magic, job, generation, its place among the hosts, secret, trajectory.</summary>
internal sealed record Hello(ExchangePass Pass, int Host)
{
    public const int Length = 4 + 16 + 4 + 4 + ExchangePass.SecretLength + TrajectoryLength;

    private const int TrajectoryLength = 64;
    private const int Secret = 28;

    private static ReadOnlySpan<byte> Magic => "MLX1"u8;

    public Frame ToFrame()
    {
        var frame = new Frame(Length);
        var payload = frame.Payload;
        Magic.CopyTo(payload);
        Pass.Job.TryWriteBytes(payload[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(payload[20..], Pass.Generation);
        BinaryPrimitives.WriteInt32LittleEndian(payload[24..], Host);
        Pass.Secret.Span.CopyTo(payload[Secret..]);
        Encoding.ASCII.GetBytes(Pass.Trajectory, payload[(Secret + ExchangePass.SecretLength)..]);
        return frame;
    }

    /// <summary>Reads a payload; null when another protocol sent it.</summary>
    public static Hello? Read(ReadOnlySpan<byte> payload) => payload.Length != Length || !payload.StartsWith(Magic)
        ? null
        : new Hello(
            new ExchangePass(
                new Guid(payload[4..20]),
                BinaryPrimitives.ReadInt32LittleEndian(payload[20..]),
                payload.Slice(Secret, ExchangePass.SecretLength).ToArray(),
                Encoding.ASCII.GetString(payload.Slice(Secret + ExchangePass.SecretLength, TrajectoryLength))),
            BinaryPrimitives.ReadInt32LittleEndian(payload[24..]));
}
