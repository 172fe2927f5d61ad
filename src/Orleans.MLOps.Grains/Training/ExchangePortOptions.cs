namespace Orleans.MLOps.Grains.Training;

/// <summary>Where a silo takes the other silos of a training. Apart from <see cref="TrainingOptions"/>, which are the host's own.</summary>
/// <param name="Port">A port at the silo's address, opened when the silo starts; 0 for a free one, opened by the first job that needs it.</param>
internal sealed record ExchangePortOptions(int Port);
