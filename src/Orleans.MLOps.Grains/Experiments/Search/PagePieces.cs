namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// Reads what belongs to the rows of a page in pieces. What a row brings is known only when it is read, so a piece that proves too large is
/// given up at once and tried again with half the rows: memory stays that of one page, whatever single rows hold.
/// </summary>
internal static class PagePieces
{
    /// <param name="rows">The rows in the order of the page.</param>
    /// <param name="largest">At most this many rows are read together.</param>
    /// <param name="fill">Completes rows; counts them and all that it reads.</param>
    /// <returns>As many of the rows, from the first on, as one page can hold; always the first, whatever its size.</returns>
    public static async Task<TFull[]> FillAsync<TRow, TFull>(IReadOnlyList<TRow> rows, int largest, Func<TRow[], PageMeter, Task<TFull[]>> fill)
    {
        var filled = new List<TFull>(rows.Count);
        for (var (left, take) = (PageMeter.Most, largest); filled.Count < rows.Count && take > 0;)
        {
            TRow[] piece = [.. rows.Skip(filled.Count).Take(take)];
            var meter = new PageMeter(filled.Count == 0 && piece.Length == 1 ? long.MaxValue : left);
            try
            {
                filled.AddRange(await fill(piece, meter));
                left -= meter.Bytes;
            }
            catch (PageFullException)
            {
                take = piece.Length / 2;
            }
        }

        return [.. filled];
    }
}
