using System.Text;
using ImcBot.Lab.Server.Defects;
using ImcBot.Lab.Server.Store;

namespace ImcBot.Lab.Server.Mail;

/// <summary>Good messages with a defect in them, proved by the store's own parser.</summary>
internal static class SpoiltMail
{
    private const int Attempts = 200;

    public static byte[] Make(MailSource source, Defect defect)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var bytes = Encoding.Latin1.GetBytes(defect.Plant(Encoding.Latin1.GetString(source.Next())));
            if (DefectTable.In(InternetMessage.Parse(bytes)) == defect)
            {
                return bytes;
            }
        }

        throw new InvalidOperationException(
            $"The defect '{defect.Id}' could not be planted in any of {Attempts} messages. Use other mail with --mail."
        );
    }
}
