using System.Data.Common;
using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>Reads the row of <see cref="WindowSql.Audit"/> and refuses data that no frame may contain.</summary>
internal static class ViewAudit
{
    /// <exception cref="InvalidInputException">Names the column, what is wrong with it and in how many rows.</exception>
    public static void Check(FeatureViewDefinition view, DbDataReader row)
    {
        Require(1, view.RowId, "an empty or repeated row id", "every example has its own id");
        Require(2, view.EventTime, "no finite event time", "every example has an event time");
        Require(3, view.LabelAvailableAt, "an infinite availability", "finite instants, or NULL for an answer that is not known yet");
        Require(4, view.Label, $"a label such as {(row.IsDBNull(5) ? "" : row.GetString(5))}", "0, 1, or NULL for an answer that is not known yet");
        for (var i = 0; i < view.Numeric.Length; i++)
        {
            Require(6 + i, view.Numeric[i], "an infinite value", "finite numbers; NULL and NaN are missing values");
        }

        void Require(int column, string name, string wrong, string allowed)
        {
            var rows = row.GetInt64(column);
            if (rows > 0)
            {
                throw new InvalidInputException($"View {view.Name}: {rows} of {row.GetInt64(0)} rows have {wrong} in column '{name}'; allowed: {allowed}.", name);
            }
        }
    }
}
