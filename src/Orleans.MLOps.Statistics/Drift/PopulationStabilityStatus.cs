namespace Orleans.MLOps.Statistics.Drift;

/// <summary>What a population stability measurement could say.</summary>
public enum PopulationStabilityStatus
{
    /// <summary>The index was measured over several bins.</summary>
    Measured = 0,

    /// <summary>The reference or the current data has too few rows for the index to mean anything; there is no value.</summary>
    NotEnoughData = 1,

    /// <summary>The reference holds a single value: judge by the share of rows that depart from it rather than by the size of the index.</summary>
    ConstantReference = 2,
}
