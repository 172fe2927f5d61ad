using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>Which of the distinct windows in memory are those of one version of a view.</summary>
internal sealed record OnlineVersion(int Number, string[] Names, int[] Windows)
{
    /// <summary>Adds the version's windows to the distinct ones where they are missing.</summary>
    public static OnlineVersion Of(FeatureViewInfo info, List<WindowFeature> distinct)
    {
        var declared = info.Definition.Windows;
        var places = new int[declared.Length];
        for (var i = 0; i < declared.Length; i++)
        {
            var window = declared[i];
            places[i] = distinct.FindIndex(other => other.Length == window.Length && other.Aggregate == window.Aggregate);
            if (places[i] < 0)
            {
                places[i] = distinct.Count;
                distinct.Add(window);
            }
        }

        return new OnlineVersion(info.Version, [.. declared.Select(window => window.Name)], places);
    }

    /// <summary>The version's columns of rows that hold all distinct windows.</summary>
    public double[] Select(double[] all, int distinct)
    {
        var rows = all.Length / distinct;
        var selected = new double[rows * Windows.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < Windows.Length; i++)
            {
                selected[(row * Windows.Length) + i] = all[(row * distinct) + Windows[i]];
            }
        }

        return selected;
    }
}
