using System.Buffers.Binary;
using System.Collections;
using System.Security.Cryptography;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>A stored side of a split, read as it is: which ordinals it names and what is wrong with its bytes.</summary>
internal sealed class SplitSide
{
    private readonly BitArray _rows;
    private readonly List<string> _problems = [];

    private SplitSide(string name, long ordinals)
    {
        if (ordinals > Array.MaxLength)
        {
            throw new ResourceExhaustedException($"The file has {ordinals} rows; splits of at most {Array.MaxLength} can be verified.");
        }

        (Name, _rows) = (name, new BitArray((int)ordinals));
    }

    public string Name { get; }

    /// <summary>What is wrong with the side by itself.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Different ordinals named, those outside the file not counted.</summary>
    public long Count { get; private set; }

    public bool Contains(long ordinal) => ordinal >= 0 && ordinal < _rows.Length && _rows[(int)ordinal];

    public static async Task<SplitSide> ReadAsync(IBlobStore blobs, string name, BlobRef blob, string digest, long ordinals, CancellationToken cancellationToken)
    {
        var side = new SplitSide(name, ordinals);
        if (await blobs.FindAsync(blob.Digest, cancellationToken).ConfigureAwait(false) is null)
        {
            side._problems.Add($"The stored {name} side, blob {blob.Digest}, is missing.");
            return side;
        }

        var stream = await blobs.OpenReadAsync(blob.Digest, cancellationToken).ConfigureAwait(false);
        await using var owned = stream.ConfigureAwait(false);
        await side.ReadAsync(stream, digest, cancellationToken).ConfigureAwait(false);
        return side;
    }

    private async Task ReadAsync(Stream stream, string digest, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 << 10];
        var (foreign, repeated, last, ascending) = (0L, 0L, -1L, true);
        int read, rest = 0;
        while ((read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            rest = read % sizeof(long);
            for (var at = 0; at + sizeof(long) <= read; at += sizeof(long))
            {
                var ordinal = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(at));
                ascending &= ordinal > last;
                last = ordinal;
                if (ordinal < 0 || ordinal >= _rows.Length)
                {
                    foreign++;
                }
                else if (_rows[(int)ordinal])
                {
                    repeated++;
                }
                else
                {
                    _rows[(int)ordinal] = true;
                    Count++;
                }
            }
        }

        Report(rest != 0, $"The {Name} side does not end with a whole ordinal.");
        Report(foreign > 0, $"The {Name} side names {foreign} rows that the file does not have.");
        Report(repeated > 0, $"The {Name} side names {repeated} rows more than once.");
        Report(!ascending, $"The {Name} side is not in ascending order.");
        var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
        Report(actual != digest, $"The stored {Name} side has SHA-256 {actual}, recorded is {digest}.");
    }

    private void Report(bool wrong, string problem)
    {
        if (wrong)
        {
            _problems.Add(problem);
        }
    }
}
