using System.Text;

namespace Orleans.MLOps.Client.Wire;

/// <summary>The spelling of a property in .proto files: EventTimes is event_times.</summary>
internal static class WireName
{
    public static string Of(string property)
    {
        var name = new StringBuilder(property.Length + 4);
        for (var i = 0; i < property.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(property[i]))
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(property[i]));
        }

        return name.ToString();
    }
}
