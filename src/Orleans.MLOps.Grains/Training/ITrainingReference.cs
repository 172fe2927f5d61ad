using Orleans.MLOps.Grains.Features;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Makes the profile of a version's training that monitoring measures drift against.</summary>
internal interface ITrainingReference
{
    /// <summary>Builds the profile; the same arguments give the same bytes. Runs on a training thread.</summary>
    /// <param name="frame">All rows.</param>
    /// <param name="trainRows">Rows that were trained on.</param>
    /// <param name="holdoutRows">Rows that were held out; may be empty.</param>
    /// <param name="holdoutProbabilities">The served model's probability of each held out row, in that order.</param>
    /// <param name="numeric">Names of the frame's numeric columns, in order.</param>
    /// <param name="categorical">Names of the frame's text columns, in order.</param>
    byte[] Build(FrameData frame, int[] trainRows, int[] holdoutRows, float[] holdoutProbabilities, string[] numeric, string[] categorical);
}
