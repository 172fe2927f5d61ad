using System.Text;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Statistics.Windows;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Summarises a sealed batch for one model version, in panes of an hour. The same batch always gives the same summary.</summary>
internal static class BatchSummarizer
{
    public static readonly TimeSpan PaneLength = TimeSpan.FromHours(1);

    public static SortedDictionary<long, ServingPane> Summarize(SealedBatch batch, int version, ServingPaneLayout layout)
    {
        var panes = new SortedDictionary<long, ServingPane>();
        int[] numeric = [.. layout.Inputs.Select(input => Array.IndexOf(batch.NumericNames, input.Key))];
        int[] categorical = [.. layout.Inputs.Select(input => Array.IndexOf(batch.CategoricalNames, input.Key))];
        for (var row = 0; row < batch.Rows; row++)
        {
            if (batch.Versions[row] != version)
            {
                continue;
            }

            var ticks = TableValue.FromMicroseconds(batch.EventTimes[row]).UtcTicks;
            var start = ticks - (ticks % PaneLength.Ticks);
            if (!panes.TryGetValue(start, out var pane))
            {
                panes.Add(start, pane = new ServingPane(layout));
            }

            pane.Add(batch.Probabilities[row], batch.Latencies[row]);
            for (var input = 0; input < pane.Inputs.Count; input++)
            {
                if (numeric[input] >= 0)
                {
                    pane.Inputs[input].Add(batch.Numeric[numeric[input]][row]);
                }
                else if (categorical[input] >= 0)
                {
                    pane.Inputs[input].Add(batch.Categorical[categorical[input]][row]);
                }
                else
                {
                    pane.Inputs[input].AddMissing();
                }
            }
        }

        return panes;
    }

    public static byte[] ToBytes(ServingPane pane)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        pane.Write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    public static ServingPane FromBytes(byte[] bytes, ServingPaneLayout layout)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        return ServingPane.Read(reader, layout);
    }
}
