using System.Numerics;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Ids for an IN list, as pieces that a statement can bind. A statement's text is a key of the statement cache, so lists have lengths of
/// powers of two; the last id fills the rest.
/// </summary>
internal sealed record IdList(string Placeholders, object?[] Values)
{
    private const int Longest = 1024;

    public static IEnumerable<IdList> Of(IReadOnlyList<object> ids)
    {
        for (var start = 0; start < ids.Count; start += Longest)
        {
            var count = Math.Min(Longest, ids.Count - start);
            var values = new object?[BitOperations.RoundUpToPowerOf2((uint)count)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = ids[start + Math.Min(i, count - 1)];
            }

            yield return new IdList(string.Join(", ", Enumerable.Range(1, values.Length).Select(i => $"${i}")), values);
        }
    }
}
