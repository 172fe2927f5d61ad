using Orleans.MLOps.Benchmarks.Load;
using Orleans.MLOps.Statistics.Drift;

namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>Updates a second of the drift detectors on one thread, beside a running mean of the same values.</summary>
internal static class DetectorUpdates
{
    public const string Mean = "running mean and variance (Welford)";
    public const string Adwin = "ADWIN";
    public const string PageHinkley = "Page-Hinkley";

    private const int UpdatesPerCall = 1000;

    public static List<Measurement> Run(LoadGenerator load)
    {
        var random = new Random(5);
        var losses = Enumerable.Range(0, 1 << 16).Select(_ => random.NextDouble() * random.NextDouble()).ToArray();
        var (adwin, pageHinkley) = (new Adwin(), new PageHinkley());
        var (count, mean, squares) = (0L, 0.0, 0.0);
        return
        [
            Measure(load, Mean, losses, value =>
            {
                var distance = value - mean;
                mean += distance / ++count;
                squares += distance * (value - mean);
            }),
            Measure(load, PageHinkley, losses, value => pageHinkley.Update(value)),
            Measure(load, Adwin, losses, value => adwin.Update(value)),
        ];
    }

    private static Measurement Measure(LoadGenerator load, string name, double[] values, Action<double> update)
    {
        var at = 0;
        return load.Run(
            name,
            1,
            _ =>
            {
                for (var i = 0; i < UpdatesPerCall; i++)
                {
                    update(values[at++ & (values.Length - 1)]);
                }
            },
            UpdatesPerCall);
    }
}
