namespace Orleans.MLOps.Statistics.Quality;

/// <summary>Upper quantiles of Student's t distribution for whole degrees of freedom.</summary>
internal static class StudentT
{
    public const double Normal95 = 1.6448536269514722;
    public const double Normal975 = 1.959963984540054;

    private static readonly double[] _t95 =
    [
        6.3138, 2.9200, 2.3534, 2.1318, 2.0150, 1.9432, 1.8946, 1.8595, 1.8331, 1.8125,
        1.7959, 1.7823, 1.7709, 1.7613, 1.7531, 1.7459, 1.7396, 1.7341, 1.7291, 1.7247,
        1.7207, 1.7171, 1.7139, 1.7109, 1.7081, 1.7056, 1.7033, 1.7011, 1.6991, 1.6973,
    ];

    private static readonly double[] _t975 =
    [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
        2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
        2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ];

    public static double Quantile95(int degrees) => Of(_t95, Normal95, degrees);

    public static double Quantile975(int degrees) => Of(_t975, Normal975, degrees);

    /// <summary>Beyond the table the first term of the Cornish-Fisher expansion is exact to three digits.</summary>
    private static double Of(double[] table, double normal, int degrees) =>
        degrees <= table.Length ? table[degrees - 1] : normal + (normal * normal * normal + normal) / (4.0 * degrees);
}
