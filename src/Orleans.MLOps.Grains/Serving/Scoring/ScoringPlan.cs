using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>
/// How rows become partitions and partitions go to silos. A partition is a range of ordinals, so every row is in exactly one, whichever of them were
/// quarantined. Pure.
/// </summary>
internal static class ScoringPlan
{
    public const int MostPartitionRows = 1_000_000;
    public const int MostPartitions = 1000;
    public const long MostValues = 20_000_000;

    private const int UsualPartitionRows = 100_000;

    /// <summary>Rows of one partition.</summary>
    /// <param name="command">May ask for some.</param>
    /// <param name="positions">Ordinals of the version.</param>
    /// <param name="inputs">Columns that the model reads.</param>
    /// <exception cref="InvalidInputException">What is asked for is out of bounds, or no number of rows is within them.</exception>
    public static int PartitionRows(ScoreDataset command, long positions, int inputs)
    {
        var most = (int)Math.Min(MostPartitionRows, MostValues / Math.Max(inputs, 1));
        var least = Math.Max(1, Ceiling(positions, MostPartitions));
        if (least > most)
        {
            throw new InvalidInputException(
                $"The version has {positions} rows, of which the model reads {inputs} columns; {MostPartitions} partitions of {most} rows are allowed: score it in several versions.", "dataset");
        }

        if (command.PartitionRows is not { } asked)
        {
            return (int)Math.Clamp(UsualPartitionRows, least, most);
        }

        return asked >= least && asked <= most
            ? asked
            : throw new InvalidInputException(
                $"partition_rows is {asked}; for {positions} rows, of which the model reads {inputs} columns, {least} to {most} are allowed.", "partition_rows");
    }

    public static int Partitions(long positions, int partitionRows) => (int)Ceiling(positions, partitionRows);

    /// <summary>The ordinals of a partition, the last one not included.</summary>
    public static (long From, long To) Range(int partition, long positions, int partitionRows) =>
        ((long)partition * partitionRows, Math.Min(positions, (partition + 1L) * partitionRows));

    /// <summary>The silos that get one more partition each now: those with the fewest first, none beyond <paramref name="mostEach"/>.</summary>
    /// <param name="busy">Partitions of the job that each silo has.</param>
    /// <param name="mostEach">How many it may have.</param>
    /// <param name="left">Partitions that are left.</param>
    public static List<SiloAddress> Deal(IReadOnlyDictionary<SiloAddress, int> busy, int mostEach, int left)
    {
        var dealt = new List<SiloAddress>();
        for (var round = 0; round < mostEach; round++)
        {
            dealt.AddRange(busy.Where(silo => silo.Value <= round).Select(silo => silo.Key).Order());
        }

        return dealt.Count > left ? dealt[..left] : dealt;
    }

    private static long Ceiling(long count, long size) => (count + size - 1) / size;
}
